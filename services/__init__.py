"""The four services: who is entitled, what is paid, who is protected, who helps."""
