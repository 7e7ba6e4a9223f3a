"""What lives here. The Django apps, from the trail at the bottom to the annual report at the top.
Who comes here. Whoever changes what is stored, read or done in one step of the audit year.
May import. Django, the pure packages (core, formats, document, planning) and apps below.
Must not. Import an app above, a neighbour among the evidence apps, or kansa.config.
To add one. A folder with models, queries, actions and migrations, a line in INSTALLED_APPS and in the layers contract.
"""
