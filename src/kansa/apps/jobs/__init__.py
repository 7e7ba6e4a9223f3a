"""What lives here. Background work: who does which job until when, what came of it, and what is due by the clock.
Who comes here. Whoever starts long work or work at a set hour; the worker thread of `serve` and the command `work`.
May import. Django, django-tasks, kansa.core.
Must not. Import another app; know what a job does; keep a name, an address or an answer in arguments or faults.
To add one. A function with @task(takes_context=True) in actions of its app, its line in config/jobs.py, its kill test.
"""
