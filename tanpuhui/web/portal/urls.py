"""The addresses of the portal."""

from django.urls import path

from tanpuhui.web.portal import views

urlpatterns = [path("", views.page), path("style.css", views.style, name="style")]
handler404 = views.not_found
