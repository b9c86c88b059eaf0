"""Who starts the server, who keeps it, who stops it."""

from __future__ import annotations

import signal
from pathlib import Path

import psycopg
import pytest

from tanpuhui.web import postgres
from tests.web.postgres.clients import (
    Client,
    client,
    kill,
    nothing_runs,
    pid_of_server,
    run_alone,
    supervisors,
    wait_until,
)


def test_the_server_is_up_inside_the_with_and_gone_after_it(home: Path) -> None:
    with postgres.server(home) as server:
        assert server.ready()
        with psycopg.connect(server.url()) as connection:
            assert connection.execute("select current_user, current_database()").fetchone() == (
                "tanpuhui",
                "tanpuhui",
            )

    assert not server.ready()
    wait_until(lambda: nothing_runs(home), "no process left")


def test_what_was_committed_is_there_after_a_stop(own_home: Path) -> None:
    with postgres.server(own_home) as server, psycopg.connect(server.url()) as connection:
        connection.execute("create table trips as select 7 as km")

    with postgres.server(own_home) as server, psycopg.connect(server.url()) as connection:
        assert connection.execute("select km from trips").fetchall() == [(7,)]


def test_two_processes_share_one_server_and_the_last_one_stops_it(home: Path) -> None:
    with client(home) as first, client(home) as second:
        assert first.said() == second.said()
        served_by = pid_of_server(home)

        first.leave()
        assert pid_of_server(home) == served_by
        assert not nothing_runs(home)

        second.leave()
        assert pid_of_server(home) is None


def test_leases_of_one_process_count_one_by_one(home: Path) -> None:
    with postgres.server(home) as outer:
        with postgres.server(home) as inner:
            assert inner.url() == outer.url()
        assert outer.ready()

    assert not outer.ready()


def test_giving_a_lease_back_twice_takes_no_other_lease(home: Path) -> None:
    with postgres.server(home) as outer:
        extra = postgres.lease(home)
        extra.release()
        extra.release()

        assert outer.ready()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_server_whose_last_client_was_killed_is_stopped(home: Path, how: signal.Signals) -> None:
    with client(home) as killed:
        assert killed.said().startswith("postgresql://")

        killed.process.send_signal(how)

        # The test has not yet waited for its child, so a zombie holds the pid: that is no client.
        wait_until(lambda: nothing_runs(home), "the supervisor stopped the server, and went")
        assert pid_of_server(home) is None


def test_the_lease_of_a_killed_client_ends_while_others_live(home: Path) -> None:
    with client(home) as killed, client(home) as living:
        assert killed.said() == living.said()

        killed.kill()

        living.leave()
        assert pid_of_server(home) is None


def test_a_killed_supervisor_is_replaced_by_the_next_arrival(home: Path) -> None:
    with client(home) as first:
        assert first.said()
        kill(*supervisors(home))
        wait_until(lambda: supervisors(home) == [], "the supervisor is dead")

        with client(home) as last:
            assert last.said()
            assert len(supervisors(home)) == 1
            first.kill()
            last.kill()

            wait_until(lambda: nothing_runs(home), "the new supervisor stopped the server")


def test_a_server_without_clients_and_supervisor_is_joined_and_then_stopped(home: Path) -> None:
    with client(home) as killed:
        url = killed.said()
        kill(*supervisors(home))
        wait_until(lambda: supervisors(home) == [], "the supervisor is dead")
        killed.kill()
        served_by = pid_of_server(home)

        with postgres.server(home) as server:
            assert (server.url(), pid_of_server(home)) == (url, served_by)

    assert pid_of_server(home) is None


def test_a_forked_child_that_ends_leaves_the_server_to_its_parent(home: Path) -> None:
    said = run_alone(
        home,
        """
        with postgres.server(home) as server:
            child = os.fork()
            if child == 0:
                server.release()
                os._exit(0)
            os.waitpid(child, 0)
            print(server.ready())
        print(server.ready())
        """,
    )

    assert said == ["True", "False"]


def test_a_forked_child_keeps_the_server_that_its_parent_leaves(home: Path) -> None:
    said = run_alone(
        home,
        """
        reader, writer = os.pipe()
        with postgres.server(home) as server:
            child = os.fork()
            if child == 0:
                os.close(writer)
                os.read(reader, 1)      # returns when the parent has left
                os._exit(0 if server.ready() else 1)
        print(server.ready())
        os.close(writer)
        print(os.waitpid(child, 0)[1])
        """,
    )

    assert said == ["True", "0"]
    wait_until(lambda: nothing_runs(home), "the supervisor stopped the server after the child")


def test_a_child_forked_while_another_thread_starts_the_server_keeps_no_lock(home: Path) -> None:
    said = run_alone(
        home,
        """
        import threading
        from tanpuhui.web.postgres import cluster
        starts, forked = threading.Event(), threading.Event()
        start = cluster.start
        def slowly(*arguments):
            starts.set()
            forked.wait()
            start(*arguments)
        cluster.start = slowly
        leases = []
        thread = threading.Thread(target=lambda: leases.append(postgres.lease(home)))
        thread.start()
        starts.wait()
        reader, writer = os.pipe()
        if os.fork() == 0:
            os.close(writer)
            os.read(reader, 1)          # lives on while the server comes and goes
            os._exit(0)
        forked.set()
        thread.join()
        os.kill(int((home / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        with postgres.server(home) as server:
            print(server.ready())
        """,
    )

    assert said == ["True"]
    wait_until(lambda: nothing_runs(home), "no process left")


def test_eight_processes_that_start_at_once_share_one_new_database(fresh_home: Path) -> None:
    clients = [Client(fresh_home) for _ in range(8)]
    try:
        urls = {found.said() for found in clients}
        assert len(urls) == 1
        assert urls.pop().startswith("postgresql://")
        assert len(supervisors(fresh_home)) == 1

        for found in clients:
            found.be_told_to_leave()
        for found in clients:
            found.leave()
    finally:
        for found in clients:
            found.kill()

    wait_until(lambda: nothing_runs(fresh_home), "the last of the eight stopped the server")
    log = (fresh_home / "postgres" / "server.log").read_text()
    assert log.count("starting PostgreSQL") == 1


@pytest.mark.slow
def test_processes_that_come_and_go_in_a_hurry_never_meet_a_server_that_stops(home: Path) -> None:
    for _ in range(2):
        clients = [Client(home) for _ in range(4)]
        try:
            for number, found in enumerate(clients):
                assert found.said().startswith("postgresql://")
                with psycopg.connect(_url(home)) as connection:
                    assert connection.execute("select 1").fetchone() == (1,)
                if number % 2:
                    found.kill()
                else:
                    found.leave()
        finally:
            for found in clients:
                found.kill()

    wait_until(lambda: nothing_runs(home), "no process left")


def _url(home: Path) -> str:
    with postgres.server(home) as server:
        return server.url()
