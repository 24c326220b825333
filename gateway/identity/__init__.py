"""Who is at the door: clients of departments, their proofs, the tokens they get (身份认证).

`ring` keys that sign · `clients` who is registered · `proofs` secrets, assertions, DPoP,
certificates · `tokens` issued and checked · `people` officers who sign in · `seed` first use.
"""
