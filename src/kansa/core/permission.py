"""May this person do this act? A table; what is not in it is refused."""

from __future__ import annotations

from dataclasses import dataclass

EMBEDDED_MUNICIPALITY = 1  # the key of the only municipality when kansa runs embedded

ROLES_JA = {
    "administrator": "管理者",
    "audit_director": "監査統括責任者",
    "audit_clerk": "監査事務局",
    "external_auditor": "外部監査人",
    "staff_auditor": "内部監査員",
    "auditee_head": "被監査部門の長",
    "auditee_contact": "被監査部門の担当",
    "ciso": "最高情報セキュリティ責任者",
    "staff_member": "職員",
}
ROLES = tuple(ROLES_JA)
OFFICE = frozenset({"audit_director", "audit_clerk"})
AUDITORS = frozenset({"external_auditor", "staff_auditor"})
AUDITEES = frozenset({"auditee_head", "auditee_contact"})
# Roles that need a department, and the role that needs a firm.
DEPARTMENT_ROLES = AUDITEES
FIRM_ROLES = frozenset({"external_auditor"})

# What a role may do in its municipality. Acts on one engagement are further bound by its state (core.flow) and by who
# is assigned to it; see `roles_towards`.
_RECORDS = {"import", "export", "freeze", "confirm"}
_READING = {"read_report", "read_trace"}
_OFFICE = {
    *_RECORDS,
    *_READING,
    "read_all",
    "read_engagements",
    "read_department",
    "read_trail",
    "seal_trail",
    "manage_organisation",
    "manage_checklist",
    "manage_engagements",
    "manage_letters",
    "manage_education",
    "manage_inspection",
    "read_inspection",
    "manage_drills",
    "check_drill_mail",
    "enter_paper",
    "read_plan",
    "manage_plan",
    "order_rollout",
    "take_education",
    "manage_mail",
    "approve_mail",
    "read_diagnosis",
    "upload_scan",
    "manage_diagnosis",
}
_DIRECTOR = {
    *("decide_disagreement", "reopen", "manage_rules", "approve_inspection"),
    *("manage_keys", "manage_relay", "open_identities", "approve_drills", "follow_up_drills"),
}
_ALLOWED: dict[str, frozenset[str]] = {
    "administrator": frozenset(
        {"manage_accounts", "manage_organisation", "read_trail", "manage_relay", "check_drill_mail", "manage_keys"}
    ),
    "audit_director": frozenset({*_OFFICE, *_DIRECTOR}),
    "audit_clerk": frozenset(_OFFICE),
    "external_auditor": frozenset({"read_engagements", "read_diagnosis", "upload_scan"}),
    "staff_auditor": frozenset({"read_engagements", "take_education", "read_report"}),
    "auditee_head": frozenset(
        {
            *("read_engagements", "read_report", "read_department", "read_inspection", "read_diagnosis"),
            "enter_paper",
        }
    ),
    "auditee_contact": frozenset({"read_engagements", "read_department", "read_diagnosis"}),
    "ciso": frozenset(
        {
            *_READING,
            *("read_plan", "read_all", "read_department", "read_inspection", "read_engagements", "read_trail"),
            *("accept_risk", "read_diagnosis", "approve_drills", "check_drill_mail"),
        }
    ),
    "staff_member": frozenset(),
    # Without an account: the console of the office's own machine.
    "operator": frozenset(
        {
            *_OFFICE,
            *_DIRECTOR,
            *("accept_risk", "manage_accounts"),
        }
    ),
}
# What it takes to bring in a file of a kind, where it is not "import".
_IMPORT_VERBS = {"accounts": "manage_accounts"}
VERBS = tuple(sorted(frozenset().union(*_ALLOWED.values())))


@dataclass(frozen=True, slots=True)
class Appointment:
    """A role in one fiscal year. `departments`: keys of the department and of those it stands for; `firm`: key."""

    role: str
    fiscal_year: int
    departments: frozenset[int] = frozenset()
    firm: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the municipality, the name that the trail keeps, the role, and for a person who signed in the rest.

    `role` is what the trail prints: "operator" at the console, else the foremost of the roles in force.
    """

    municipality_id: int
    name: str
    role: str
    account_id: int | None = None
    staff_number: str = ""
    appointments: tuple[Appointment, ...] = ()
    place: str = ""  # network address of the person's machine, for the trail

    @property
    def roles(self) -> frozenset[str]:
        """Every role in force."""
        return frozenset({one.role for one in self.appointments}) or frozenset({self.role})

    @property
    def departments(self) -> frozenset[int]:
        """Keys of the departments that the person answers for, with those they stand for."""
        return frozenset().union(*(one.departments for one in self.appointments))

    @property
    def firms(self) -> frozenset[int]:
        """Keys of the audit firms that the person works for."""
        return frozenset(one.firm for one in self.appointments if one.firm is not None)


def can(actor: Actor, verb: str) -> bool:
    """Whether one of the actor's roles allows the verb. Unknown roles and unknown verbs are refused.

    >>> can(Actor(1, "部外者", "outsider"), "freeze")
    False
    """
    return allows(actor.roles, verb)


def allows(roles: frozenset[str], verb: str) -> bool:
    """Whether one of the roles allows the verb. Unknown roles and unknown verbs are refused.

    >>> allows(frozenset({"staff_member"}), "freeze")
    False
    """
    return any(verb in _ALLOWED.get(role, frozenset()) for role in roles)


def import_verb(kind: str) -> str:
    """The verb that importing files of a kind needs: who may not give roles by hand may not give them by a file."""
    return _IMPORT_VERBS.get(kind, "import")


def roles_towards(
    actor: Actor, *, department: int | None, firm: int | None, auditor_numbers: frozenset[str]
) -> frozenset[str]:
    """The roles that the actor has towards one engagement: of the audited department, of the firm, or assigned.

    `department` and `firm`: keys, None when there is none; `auditor_numbers`: staff numbers of the assigned auditors.
    Empty when the engagement does not concern the actor. The console has the director's role.
    """
    found = {role for role in actor.roles if role in OFFICE or role == "ciso"}
    if actor.role == "operator":
        found |= OFFICE
    for one in actor.appointments:
        is_auditee = one.role in AUDITEES and department is not None and department in one.departments
        is_of_firm = one.role == "external_auditor" and firm is not None and firm == one.firm
        is_assigned = one.role == "staff_auditor" and actor.staff_number != "" and actor.staff_number in auditor_numbers
        if is_auditee or is_of_firm or is_assigned:
            found.add(one.role)
    return frozenset(found)
