from . import webhook_replay
