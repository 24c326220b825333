"""A question as people put it, made into the situation the rules take (试算问题的读取)."""
