# The browser files, by room. In the folder that pages load from they lie side by side.

# What Abide's server serves.
set(ABIDE_SERVED_FILES
    gate/gate.js gate/shared.js gate/beside.js gate/room.js
    abide.mjs parts.mjs panel.mjs guard.js
    choice/leaving.mjs choice/own.mjs choice/settings.mjs
    core/core.mjs
    gated/aliases.mjs gated/belated.mjs gated/dialects.mjs gated/frames.mjs gated/services.mjs gated/sources.mjs
    notice/dialogs.mjs notice/returning.mjs notice/tabbing.mjs
    page/drawing.mjs page/place.mjs page/provider.mjs page/words.mjs
    verdict/rules.mjs)

# What esbuild bundles into those that import it. Without esbuild these are served too.
set(ABIDE_BUNDLED_FILES
     choice/choices.mjs choice/message.mjs choice/presses.mjs choice/refusals.mjs choice/server.mjs
    gated/repeats.mjs
    notice/closing.mjs notice/following.mjs
    page/answer.mjs page/decision.mjs page/page.mjs page/roots.mjs
    verdict/permission.mjs verdict/withdrawal.mjs)

# What only sites without a server need.
set(ABIDE_STATIC_FILES
    page/fill.mjs
    static/notice.mjs static/purposes.mjs static/record.mjs static/static.mjs)
