"""What people see of their numbers, inside a workspace."""

from django.urls import path

from analytics.views import quality, reports

urlpatterns = [
    path("reports/", reports.index, name="reports"),
    path("reports/conversations/", reports.conversations, name="reports-conversations"),
    path("reports/export/", reports.export, name="reports-export"),
    path("reports/rules/", reports.rules, name="reports-rules"),
    path("quality/", quality.index, name="quality"),
    path("quality/own/", quality.own, name="quality-own"),
    path("quality/<int:pk>/", quality.item, name="quality-item"),
    path("quality/<int:pk>/draft/", quality.draft, name="quality-draft"),
    path("quality/<int:pk>/review/", quality.giving, name="quality-giving"),
    path("quality/<int:pk>/withdrawal/", quality.withdrawal, name="quality-withdrawal"),
]
