"""Bells: what a worker holds of them may not keep it from hearing the next."""

from celery import current_app


def test_a_bell_that_cannot_be_acknowledged_is_let_go(redis):
    queue = current_app.conf.task_default_queue
    with current_app.connection_for_read() as connection:
        channel = connection.default_channel
        channel.basic_qos(prefetch_count=1)
        current_app.send_task("nobody.hears", queue=queue)
        bell = channel.basic_get(queue)
        assert not channel.qos.can_consume()

        redis.stop()
        bell.ack()

        assert channel.qos.can_consume()
