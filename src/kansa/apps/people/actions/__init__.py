"""What lives here. Writes about the organisation (imports, changes on pages) and about who may sign in as what.
Who comes here. Imports, the pages of accounts and of the organisation, the sign-in, the command line.
May import. people.models, people.queries, trail, Django and the pure packages.
Must not. Delete an account; write a password anywhere but through Django's hashers.
To add one. An act is one function in the module of its subject, with `require` in its first line.
"""

from kansa.apps.people.actions.accounts import (
    MOST_AT_ONCE,
    Duty,
    add_account,
    appoint,
    copy_appointments,
    disable_account,
    dismiss,
    enable_account,
    end_contract,
    first_administrator,
    give_passwords,
    passing_password,
    register_firm,
    remove_factors,
    renew_account,
    reset_password,
    unlock_account,
)
from kansa.apps.people.actions.importing import (
    found_municipality,
    keep_mail_addresses,
    lock_municipality,
    plan_departments,
    plan_staff,
    prepare_municipality,
)
from kansa.apps.people.actions.importing_accounts import plan_accounts
from kansa.apps.people.actions.organisation import (
    NewDepartment,
    OrganisationChange,
    addition,
    change_organisation,
    closing,
    correction,
    division,
    merger,
    plan_change,
    renaming,
)
from kansa.apps.people.actions.posts import add_former_post, remove_former_post
from kansa.apps.people.actions.signing_in import (
    record_factor_change,
    record_failed_sign_in,
    record_password_change,
    record_sign_in,
    record_sign_out,
)

__all__ = [
    "MOST_AT_ONCE",
    "Duty",
    "NewDepartment",
    "OrganisationChange",
    "add_account",
    "add_former_post",
    "addition",
    "appoint",
    "change_organisation",
    "closing",
    "copy_appointments",
    "correction",
    "disable_account",
    "dismiss",
    "division",
    "enable_account",
    "end_contract",
    "first_administrator",
    "found_municipality",
    "give_passwords",
    "keep_mail_addresses",
    "lock_municipality",
    "merger",
    "passing_password",
    "plan_accounts",
    "plan_change",
    "plan_departments",
    "plan_staff",
    "prepare_municipality",
    "record_factor_change",
    "record_failed_sign_in",
    "record_password_change",
    "record_sign_in",
    "record_sign_out",
    "register_firm",
    "remove_factors",
    "remove_former_post",
    "renaming",
    "renew_account",
    "reset_password",
    "unlock_account",
]
