import { expect, test } from '@jest/globals';
import { colorOf, nearestColorName } from '../../../../domain/events/icalendar/colors.ts';

test.each([
  ['tomato', '#FF6347'],
  [' Tomato ', '#FF6347'],
  ['#ff6347', '#FF6347'],
  ['ff6347', '#FF6347'],
  ['#FF634780', '#FF6347'],
  ['#a5F', '#AA55FF'],
])('%j is %s', (text, color) => {
  expect(colorOf(text)).toBe(color);
});

test.each([
  [''],
  ['#'],
  ['#12'],
  ['#1234'],
  ['#12345'],
  ['#1234567'],
  ['#ggg'],
  ['a5f'],
  ['constructor'],
  ['rgb(1,2,3)'],
])('%j is no color', (text) => {
  expect(colorOf(text)).toBeNull();
});

test('a colour is called by the name that is nearest to it', () => {
  expect(nearestColorName('#FF6347')).toBe('tomato');
  expect(nearestColorName('#FE6348')).toBe('tomato');
  expect(nearestColorName('#000001')).toBe('black');
});
