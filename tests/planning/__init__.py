"""Which plans are right? Worked by hand for small cities, tried out for tiny ones, and verified apart for any."""
