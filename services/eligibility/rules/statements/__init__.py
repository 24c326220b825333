"""How people state facts, and how what they state is read (陈述的读取)."""
