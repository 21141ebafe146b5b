"""What `uvicorn app.main:app` names."""

from task_assistant.bootstrap.app import app_from_environment

app = app_from_environment()
