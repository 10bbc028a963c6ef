"""Addresses of whoever keeps the books."""

from django.urls import path

from fairhand.web.finance import accounts, budgets, currencies, overview, people, statements

urlpatterns = [
    path("finance/", overview.overview, name="finance"),
    path("finance/accounts/", accounts.accounts, name="finance-accounts"),
    path("finance/accounts/<int:account_id>/", accounts.account, name="finance-account"),
    path("finance/entries/", accounts.entries, name="finance-entries"),
    path("finance/entries/file.csv", accounts.entries_file, name="finance-entries-file"),
    path("finance/entries/<int:entry_id>/", accounts.entry, name="finance-entry"),
    path("finance/people/", people.people, name="finance-people"),
    path("finance/people/<uuid:person_id>/", people.person, name="finance-person"),
    path("finance/people/<uuid:person_id>/statements/", statements.index, name="finance-period-statements"),
    path(
        "finance/people/<uuid:person_id>/statements/<slug:period>/", statements.period, name="finance-period-statement"
    ),
    path(
        "finance/people/<uuid:person_id>/statements/<slug:period>/statement.<slug:kind>",
        statements.file,
        name="finance-period-statement-file",
    ),
    path("finance/statements/<uuid:statement_id>/", people.statement, name="finance-statement"),
    path("finance/statements/<uuid:statement_id>/file.csv", people.statement_file, name="finance-statement-file"),
    path("finance/currencies/", currencies.currencies, name="finance-currencies"),
    path("finance/currencies/entered/", currencies.entered, name="finance-rate-entered"),
    path("finance/people/<uuid:person_id>/convert/", currencies.convert, name="finance-convert"),
    path("finance/people/<uuid:person_id>/converted/", currencies.converted, name="finance-converted"),
    path("finance/budgets/", budgets.budgets, name="finance-budgets"),
    path("finance/budgets/<slug:slug>/", budgets.budget, name="finance-budget"),
    path("finance/budgets/<slug:slug>/fund/", budgets.fund, name="finance-fund"),
    path("finance/budgets/<slug:slug>/funded/", budgets.funded, name="finance-funded"),
    path("finance/budgets/<slug:slug>/returned/", budgets.returned, name="finance-returned"),
]
