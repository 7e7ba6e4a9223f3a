"""What lives here. Putting work in, holding it by a lease, carrying it out, stopping it, and what is due by the clock.
Who comes here. Actions that start long work; the worker of the command line.
May import. jobs.models, Django, django-tasks and kansa.core.
Must not. Know what a job does; log the text of a fault.
To add one. A step of every job is one module here; the work itself is a function in the app it belongs to.
"""

from kansa.apps.jobs.actions.enqueuing import LeaseBackend, enqueue
from kansa.apps.jobs.actions.leases import ask_to_stop
from kansa.apps.jobs.actions.working import JobContext, Schedule, work, work_off

__all__ = ["JobContext", "LeaseBackend", "Schedule", "ask_to_stop", "enqueue", "work", "work_off"]
