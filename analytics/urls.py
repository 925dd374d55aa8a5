"""What people see of their numbers, inside a workspace."""

from django.urls import path

from analytics.views import reports

urlpatterns = [
    path("reports/", reports.index, name="reports"),
    path("reports/conversations/", reports.conversations, name="reports-conversations"),
    path("reports/export/", reports.export, name="reports-export"),
    path("reports/rules/", reports.rules, name="reports-rules"),
]
