"""What python3-icalendar reads: JSON [[name, iCalendar text], ...] on stdin, for each text {"error"} or {"components"}.

A component is [path, UID, RECURRENCE-ID, SEQUENCE, DTSTAMP, [[property, {parameter: value}, value], ...]]; path is VEVENT, or
VEVENT/VALARM with the UID and so on of its VEVENT. Other components are passed over.
"""
import json
import sys

from icalendar import Calendar


def value_of(value):
    try:
        text = value.to_ical()
    except Exception as error:  # what it reads and cannot write again is compared by its form
        return 'unwritable %s %r' % (type(error).__name__, str(value))
    return text.decode('utf-8', 'replace') if isinstance(text, bytes) else str(text)


def parameters_of(value):
    found = {}
    for name, parameter in sorted(getattr(value, 'params', {}).items()):
        found[name] = ','.join(map(str, parameter)) if isinstance(parameter, list) else str(parameter)
    return found


def first(component, name):
    value = component.get(name)
    value = value[0] if isinstance(value, list) and value else value
    return '' if value is None else value_of(value)


def properties_of(component):
    found = []
    for name, value in component.property_items(recursive=False, sorted=True):
        if name in ('BEGIN', 'END'):
            continue
        found.append([name, parameters_of(value), value_of(value)])
    return found


def events_of(component):
    if component.name == 'VEVENT':
        identity = [first(component, name) for name in ('UID', 'RECURRENCE-ID', 'SEQUENCE', 'DTSTAMP')]
        yield ['VEVENT', *identity, properties_of(component)]
        for part in component.subcomponents:
            yield ['VEVENT/' + str(part.name), *identity, properties_of(part)]
        return
    for part in component.subcomponents:
        yield from events_of(part)


answers = []
for name, text in json.load(sys.stdin):
    try:
        components = [found for calendar in Calendar.from_ical(text, multiple=True) for found in events_of(calendar)]
        answers.append({'components': components})
    except Exception as error:
        answers.append({'error': '%s: %s' % (type(error).__name__, str(error)[:120])})
json.dump(answers, sys.stdout)
