"""Which files does the sample city hand in, in which order?"""


class SampleFile:
    pass


def generate():
    pass
