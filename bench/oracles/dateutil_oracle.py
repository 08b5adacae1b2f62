"""python-dateutil's answers: one JSON question a line on stdin, one JSON answer a line on stdout.

Question: rule (RRULE value without UNTIL), start, until (or null), added, excluded, horizon (wall clocks, seconds since
1970-01-01T00:00:00 of their own clock), most (hits), seconds (of CPU), zone (IANA name or null).
Answer: hits (wall clocks), instants (with a zone: where they are in it, UNTIL taken as an instant), ruleHits (how many
the rule alone has up to the horizon), cut (true: the time was up and more may follow), error.
{"transitions": zone} answers [[instant, offset after it], ...] of the zone database that is asked here.
"""
import datetime
import itertools
import json
import signal
import sys
import types

from dateutil import rrule, tz

# rrule walks to the year 9999 where a rule fires no more. Its bound is read from this module, and lowered here to the
# year of the horizon: nothing else of its arithmetic is touched.
shim = types.ModuleType('datetime')
shim.__dict__.update(datetime.__dict__)
rrule.datetime = shim

EPOCH = datetime.datetime(1970, 1, 1)
SECOND = datetime.timedelta(seconds=1)
DAY = datetime.timedelta(days=1)


class TimeIsUp(Exception):
    pass


def alarm(signum, frame):
    raise TimeIsUp()


signal.signal(signal.SIGVTALRM, alarm)


def wall(seconds):
    return EPOCH + datetime.timedelta(seconds=seconds)


def instant(local, zone):
    """RFC 5545 3.3.5: in a gap the offset before it, in an overlap the first."""
    aware = tz.resolve_imaginary(local.replace(tzinfo=zone, fold=0))
    return (aware.replace(tzinfo=None) - aware.utcoffset() - EPOCH) // SECOND


def answer(question, result):
    start = wall(question['start'])
    horizon = wall(question['horizon'])
    until = None if question['until'] is None else wall(question['until'])
    shim.MAXYEAR = horizon.year + 1
    zone = tz.gettz(question['zone']) if question['zone'] else None
    text = question['rule']
    if until is not None:
        # In a zone UNTIL is an instant, which a change of the clock may part from its wall clock: chosen below.
        text += ';UNTIL=' + (until + DAY if zone else until).strftime('%Y%m%dT%H%M%S')
    rule = rrule.rrulestr(text, dtstart=start, cache=True)
    first = None
    for hit in itertools.islice(rule, question['most']):
        if hit > horizon:
            break
        first = first or hit
        result['ruleHits'] += 1 if until is None or hit <= until else 0
    rules = rrule.rruleset()
    if first != start:
        # DTSTART counts as the first of a series, also where its rule does not hit it.
        rules.rdate(start)
        if rule._count is not None:
            rule = rule.replace(count=rule._count - 1) if rule._count > 1 else None
    if rule is not None:
        rules.rrule(rule)
    for extra in question['added']:
        rules.rdate(wall(extra))
    for excluded in question['excluded']:
        rules.exdate(wall(excluded))
    last = instant(until, zone) if zone and until is not None else None
    kept = {start} | {wall(extra) for extra in question['added']}
    for hit in rules:
        if hit > horizon or len(result['hits']) >= question['most']:
            break
        if until is None or hit <= until or hit in kept:
            result['hits'].append((hit - EPOCH) // SECOND)
        if zone:
            at = instant(hit, zone)
            if last is None or at <= last or hit in kept:
                result['instants'].append(at)
    result['instants'].sort()


def transitions(name):
    zone = tz.gettz(name)
    if zone is None:
        return None
    before = zone._ttinfo_before if zone._trans_list_utc else zone._ttinfo_std
    after = zip(zone._trans_list_utc, (info.offset for info in zone._trans_idx))
    return [[-(2**40), before.offset], *after]


for line in sys.stdin:
    question = json.loads(line)
    if 'transitions' in question:
        print(json.dumps(transitions(question['transitions'])), flush=True)
        continue
    result = {'hits': [], 'instants': [], 'ruleHits': 0, 'cut': False, 'error': None}
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, question['seconds'])
        answer(question, result)
    except TimeIsUp:
        result['cut'] = True
    except Exception as error:
        result['error'] = '%s: %s' % (type(error).__name__, error)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    print(json.dumps(result), flush=True)
