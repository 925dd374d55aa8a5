"""The pages around the chat: the panel in its frame, and the loader."""

from tests import factories


def test_the_panel_opens_in_its_own_sites_only(client, workspace):
    channel = factories.make_channel(workspace, origins=["https://acme.test"])

    panel = client.get(f"/widget/{channel.key}/")

    assert panel.status_code == 200
    policy = panel["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://acme.test" in policy
    assert "script-src 'self';" in policy
    assert "X-Frame-Options" not in panel
    assert panel.cookies == {}


def test_the_loader_is_served_to_every_site(client, workspace):
    loader = client.get("/widget.js")

    assert loader["Content-Type"] == "text/javascript; charset=utf-8"
    assert loader["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert (loader["Cache-Control"], loader.cookies) == ("public, max-age=300", {})
