"""The cockpit (驾驶舱): pages for those who supervise. An ordinary client of the public API.

It knows the gateway only by its address. Tokens stay on this side in a session; the browser gets
numbers, codes and days, never a child's name, since nothing here ever asks for one.
"""
