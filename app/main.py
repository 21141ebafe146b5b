"""What `uvicorn app.main:app` names."""

from task_assistant.bootstrap.app import app as app
