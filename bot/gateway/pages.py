"""Pages a person opens: the demo host page, the policy, the confirmation of a new address."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import hdrs, web

from bot.domain.errors import InvalidInput, NotFound, ProposalGone, TokenError
from bot.gateway.assets import serve
from bot.gateway.context import gateway
from bot.policy.page import page

MAX_LINK = 4096


async def demo(request: web.Request) -> web.Response:
    """`GET /`: a small site that embeds the assistant, as a customer's page would."""
    desk = gateway(request)
    return html(
        request,
        "demo.html",
        script=f"/widget/{desk.assets.widget_hash}.js",
        integrity=desk.assets.integrity,
        public_url=desk.config.public_url,
    )


async def policy(request: web.Request) -> web.Response:
    """`GET /policy`, `/policy/{id}` and `/policy/{id}/{version}`."""
    desk = gateway(request)
    wanted = request.match_info
    document, current = desk.policies.find(
        wanted.get("policy_id"), wanted.get("version"), desk.services.clock.now().date()
    )
    return html(request, "policy.html", document=document, parts=list(page(document)), current=current.ref)


async def show_email_change(request: web.Request) -> web.Response:
    """`GET /confirm/email/{token}` only shows what the button would do; mail scanners open links, too."""
    desk = gateway(request)
    token = await link_token(request)
    try:
        change = await asyncio.to_thread(desk.services.profile.email_change, token)
    except TokenError:
        return html(request, "confirm.html", state="gone", status=410)
    return html(request, "confirm.html", state="ask", change=change)


async def confirm_email(request: web.Request) -> web.Response:
    """`POST /confirm/email/{token}` acts; nobody can forge the request without holding the token."""
    desk = gateway(request)
    token = await link_token(request)
    try:
        await asyncio.to_thread(desk.services.profile.confirm_email, token)
    except (TokenError, ProposalGone, NotFound):
        return html(request, "confirm.html", state="gone", status=410)
    except InvalidInput as error:
        return html(request, "confirm.html", state="refused", why=str(error), status=409)
    return html(request, "confirm.html", state="done")


async def widget(request: web.Request) -> web.Response:
    """`GET /widget.js`: the newest widget."""
    return serve(request, gateway(request).assets.widget, anywhere=True)


async def versioned_widget(request: web.Request) -> web.Response:
    """`GET /widget/{hash}.js`: this very widget, for ever."""
    assets = gateway(request).assets
    if request.match_info["hash"] != assets.widget_hash:
        raise web.HTTPNotFound
    return serve(request, assets.widget, immutable=True, anywhere=True)


async def static(request: web.Request) -> web.Response:
    """`GET /static/{name}`: styles and scripts of our own pages."""
    asset = gateway(request).assets.files.get(request.match_info["name"])
    if asset is None:
        raise web.HTTPNotFound
    return serve(request, asset)


async def favicon(request: web.Request) -> web.Response:
    """`GET /favicon.ico`."""
    return serve(request, gateway(request).assets.icon)


async def link_token(request: web.Request) -> str:
    """The token of a mailed link, at the pace one address may try them."""
    desk = gateway(request)
    await desk.limits.hit("links_per_address", desk.limits.address(request))
    token = request.match_info["token"]
    if len(token) > MAX_LINK:
        raise web.HTTPNotFound
    return token


def html(request: web.Request, template: str, *, status: int = 200, **values: Any) -> web.Response:
    """A page of ours."""
    desk = gateway(request)
    text = desk.pages.get_template(template).render(
        company=desk.config.company,
        support_email=desk.config.support_email,
        support_phone=desk.config.support_phone,
        **values,
    )
    return web.Response(text=text, status=status, content_type="text/html", headers={hdrs.CACHE_CONTROL: "no-store"})
