"""All use cases over one desk: what bootstrap wires and the surfaces are given."""

from __future__ import annotations

from task_assistant.services.action_links import ActionLinks
from task_assistant.services.agents import Agents
from task_assistant.services.answers import Answers
from task_assistant.services.calendar import Calendar
from task_assistant.services.capture import Capture
from task_assistant.services.claiming import Claiming
from task_assistant.services.delegating import Delegating
from task_assistant.services.deliveries import Deliveries
from task_assistant.services.desk import Desk
from task_assistant.services.digest import Digests
from task_assistant.services.dossier import Dossiers
from task_assistant.services.feed import Feed
from task_assistant.services.first_steps import FirstSteps
from task_assistant.services.insights import Insights
from task_assistant.services.judging import Judging
from task_assistant.services.keys import Keys
from task_assistant.services.learning import Learning
from task_assistant.services.moving.house import Moving
from task_assistant.services.notices import Notices
from task_assistant.services.notifications import Notifications
from task_assistant.services.opinions import Opinions
from task_assistant.services.outward import Outward
from task_assistant.services.preferences import PreferenceBook
from task_assistant.services.queue import Queue
from task_assistant.services.reminders import Reminders
from task_assistant.services.rules import Rules
from task_assistant.services.sample_tasks import SampleTasks
from task_assistant.services.sessions import Sessions, SignInLinks
from task_assistant.services.sources import Sources
from task_assistant.services.sweep import Sweep
from task_assistant.services.tasks import Tasks
from task_assistant.services.trail import Trail
from task_assistant.services.triage import Triage
from task_assistant.services.usage import Usage
from task_assistant.services.webhooks import Webhooks
from task_assistant.services.work import Work


class Services:
    """One object a process; it holds no state of tasks of its own."""

    def __init__(self, desk: Desk, outward: Outward | None = None) -> None:
        outward = outward or Outward()
        self.desk = desk
        self.opinions = Opinions(desk, outward.assessor, outward.assessed_daily)
        self.agents = Agents(desk)
        self.answers = Answers(desk)
        self.calendar = Calendar(desk)
        self.capture = Capture(desk)
        self.claiming = Claiming(desk, self.agents)
        self.dossiers = Dossiers(desk)
        self.feed = Feed(desk)
        self.keys = Keys(desk)
        self.learning = Learning(desk)
        self.links = SignInLinks(desk)
        self.preferences = PreferenceBook(desk)
        self.queue = Queue(desk)
        self.reminders = Reminders(desk)
        self.rules = Rules(desk)
        self.judging = Judging(desk, self.learning, self.rules)
        self.delegating = Delegating(desk, self.learning, self.rules)
        self.sessions = Sessions(desk)
        self.sources = Sources(desk)
        self.tasks = Tasks(desk)
        self.action_links = ActionLinks(desk, self.tasks)
        self.trail = Trail(desk)
        self.triage = Triage(desk)
        self.digests = Digests(desk, self.queue, outward)
        self.webhooks = Webhooks(desk, outward.poster)
        self.deliveries = Deliveries(desk, self.webhooks, outward)
        self.notices = Notices(desk, self.agents, self.webhooks)
        self.notifications = Notifications(
            desk, self.notices, self.action_links, self.digests, self.preferences, outward
        )
        self.work = Work(desk, self.agents, self.claiming)
        self.usage = Usage(desk)
        self.insights = Insights(desk, self.usage)
        self.sweep = Sweep(desk, self.keys, self.judging, self.delegating)
        self.moving = Moving(desk, self.capture, self.tasks)
        self.sample_tasks = SampleTasks(desk, self.capture, self.claiming, self.tasks, self.work)
        self.first_steps = FirstSteps(desk, self.keys, self.sample_tasks)
