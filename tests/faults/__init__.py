"""Kill, cut, duplicate, overload: what was committed takes effect once and in order."""
