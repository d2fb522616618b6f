"""The explorer: every state of small scopes, without a solver.

`ladder` lists scopes; `explore` searches them breadth first for runs that break a goal.
"""

from solver.explore.exploration import Exploration, Witness, explore
from solver.explore.ladder import Scope, ladder, scope_text
from solver.explore.questions import Goal

__all__ = ["Exploration", "Goal", "Scope", "Witness", "explore", "ladder", "scope_text"]
