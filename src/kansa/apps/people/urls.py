"""Under which addresses do the pages of accounts, staff and the organisation answer?"""

from __future__ import annotations

from django.urls import path

from kansa.apps.people.views import accounts, firms, organisation, own, staff

app_name = "people"
urlpatterns = [
    path("own/", own.own_page, name="own"),
    path("accounts/", accounts.account_list, name="accounts"),
    path("accounts/add/", accounts.add_account, name="add_account"),
    path("accounts/passwords/", accounts.give_passwords, name="give_passwords"),
    path("accounts/copy/", accounts.copy_appointments, name="copy_appointments"),
    path("accounts/dismiss/<int:pk>/", accounts.dismiss, name="dismiss"),
    path("accounts/of/<str:login>/", accounts.account_page, name="account"),
    path("accounts/of/<str:login>/appoint/", accounts.appoint, name="appoint"),
    path("accounts/of/<str:login>/disable/", accounts.disable, name="disable"),
    path("accounts/of/<str:login>/enable/", accounts.enable, name="enable"),
    path("accounts/of/<str:login>/renew/", accounts.renew, name="renew"),
    path("accounts/of/<str:login>/unlock/", accounts.unlock, name="unlock"),
    path("accounts/of/<str:login>/password/", accounts.reset_password, name="reset_password"),
    path("accounts/of/<str:login>/factors/", accounts.remove_factors, name="remove_factors"),
    path("firms/", firms.firm_list, name="firms"),
    path("firms/<int:pk>/end/", firms.end_contract, name="end_contract"),
    path("staff/", staff.staff_list, name="staff"),
    path("staff/posts/<int:pk>/remove/", staff.remove_post, name="remove_post"),
    path("staff/of/<path:number>/", staff.person_page, name="person"),
    path("organisation/", organisation.department_list, name="organisation"),
    path("organisation/add/", organisation.add, name="add_department"),
    path("organisation/merge/", organisation.merge, name="merge_departments"),
    path("organisation/history/<int:valid_from>/<path:code>/", organisation.history, name="department"),
    path("organisation/correct/<int:valid_from>/<path:code>/", organisation.correct, name="correct_department"),
    path("organisation/rename/<int:valid_from>/<path:code>/", organisation.rename, name="rename_department"),
    path("organisation/split/<int:valid_from>/<path:code>/", organisation.split, name="split_department"),
    path("organisation/close/<int:valid_from>/<path:code>/", organisation.close, name="close_department"),
]
