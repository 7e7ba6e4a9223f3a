"""Does each good sample read, and does each bad one get its refusal?"""
