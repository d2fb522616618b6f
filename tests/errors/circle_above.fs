module circle_above over circle
