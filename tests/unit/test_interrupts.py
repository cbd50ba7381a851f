"""Ctrl-C comes up as KeyboardInterrupt wherever it arrives."""

from __future__ import annotations

import ctypes
import gc
import signal
import sys
import time

import pytest

from optomag.interrupts import kept_interrupts, unwrapped_interrupts


def ctrl_c():
    signal.raise_signal(signal.SIGINT)


def in_a_collection():
    def callback(phase, details):
        gc.callbacks.remove(callback)
        ctrl_c()

    gc.callbacks.append(callback)
    gc.collect()


def in_a_destructor():
    class Held:
        def __del__(self):
            ctrl_c()

    Held()


@pytest.mark.parametrize("arrives", [in_a_collection, in_a_destructor, ctrl_c])
def test_ctrl_c_is_not_forgotten(arrives, capfd):
    def command():
        with kept_interrupts():
            arrives()
            time.sleep(60)

    with pytest.raises(KeyboardInterrupt):
        command()
    assert capfd.readouterr().err == ""


def test_ctrl_c_is_not_forgotten_where_threads_take_no_signals(monkeypatch):
    monkeypatch.delattr(signal, "pthread_kill")

    def command():
        with kept_interrupts():
            in_a_collection()
            for _ in range(6000):
                time.sleep(0.01)

    with pytest.raises(KeyboardInterrupt):
        command()


def test_other_faults_of_destructors_are_told_as_before(monkeypatch):
    told = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    before = sys.unraisablehook

    class Faulty:
        def __del__(self):
            raise ValueError("in a destructor")

    with kept_interrupts():
        Faulty()
    assert [str(fault.exc_value) for fault in told] == ["in a destructor"]
    assert sys.unraisablehook is before


def in_an_argument_of_ctypes():
    class Argument:
        @classmethod
        def from_param(cls, value):
            ctrl_c()

    function = ctypes.PYFUNCTYPE(ctypes.c_int, Argument)(lambda value: 0)
    function(1)


def as_the_cause_of_another_error():
    try:
        ctrl_c()
    except BaseException as error:
        try:
            raise OSError("a plan") from error
        except OSError as again:
            raise RuntimeError("no coefficients") from again


@pytest.mark.parametrize("arrives", [in_an_argument_of_ctypes, as_the_cause_of_another_error, ctrl_c])
def test_what_a_library_makes_of_ctrl_c_is_ctrl_c(arrives):
    with pytest.raises(KeyboardInterrupt), unwrapped_interrupts():
        arrives()


@pytest.mark.parametrize(
    "error", [ValueError("KeyboardInterrupt"), ctypes.ArgumentError("argument 1: ValueError")]
)
def test_other_errors_stay_what_they_are(error):
    with pytest.raises(type(error)), unwrapped_interrupts():
        raise error


def test_an_error_after_a_ctrl_c_that_was_dealt_with_stays_what_it_is():
    def command():
        try:
            ctrl_c()
        except KeyboardInterrupt:
            raise OSError("the disk is full while the best is saved") from None

    with pytest.raises(OSError, match="full"), unwrapped_interrupts():
        command()
