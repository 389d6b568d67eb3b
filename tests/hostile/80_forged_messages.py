"""Des messages du noyau écrits par la copie : résultats, fins, dialogues, réponses à d'autres."""

CELLS = {
    "names": """
kernel = get_ipython().kernel
parent = kernel.get_parent()
html = {"data": {"text/html": "<script>1</script>"}, "metadata": {}, "transient": {}}
error = {"ename": chr(27) + "[31m" * 1000, "evalue": "<b>", "traceback": ["x"] * 9999}
forged = [("display_data", html), ("update_display_data", html), ("clear_output", {"wait": True}),
          ("comm_open", {"comm_id": "x", "target_name": "x", "data": {}}),
          ("comm_msg", {"comm_id": "y" * 10**6, "data": {}}), ("error", error),
          ("stream", {"name": 3, "text": None}), ("stream", {}), ("status", []), ("inconnu", None),
          ("shutdown_reply", {"status": "ok", "restart": True}),
          ("execute_reply", {"status": "ok", "payload": [{"source": "page"}]})]
forged += [("status", {"execution_state": state}) for state in ("idle", "dead", "restarting")]
for kind, content in forged:
    for about in (parent, {}, None, {"header": "x"}):
        for channel in (kernel.iopub_socket, kernel.shell_stream):
            try:
                kernel.session.send(channel, kind, content, parent=about, ident=b"")
            except Exception:
                pass
reasons = {}
""",
}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}
SAYS = {"names": "il manque"}
