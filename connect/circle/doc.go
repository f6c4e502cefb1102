// Package circle measures how far two promises of a plan are kept: the half-hour living
// circle (半小时生活圈) and the one-hour traffic circle (一小时交通圈).
//
// No official test exists for either ("目前对1小时通勤圈缺乏清晰界定", as planners of the
// National Development and Reform Commission wrote in 2023), nor for "basically
// realised". The test is therefore a Rule of our own, read from a file in which every
// figure has a reason and a source or the word "assumed". A verdict never goes without
// its sensitivity: at which threshold it flips, and what it would be with some minutes
// more or less.
//
//   - circle-30: share of people who reach, within 30 minutes, every service of the
//     rule's basic set and one of the city centres.
//   - circle-60-own, -nearest, -all: share of people within 60 minutes of the centre of
//     their own city, of the nearest centre, of all centres.
//   - reach-60-median: how many people one reaches within 60 minutes, at the median of
//     people; gini and palma tell how unevenly that is spread.
//
// People are weights: a cell of 300 people counts 300 times a cell of one. Times are
// door to door, in tenths of a second, as package reach counts them; where they come
// from - timetables, streets, models of either - is not known here. Limits include
// their end: 60.0 minutes are within 60 minutes.
//
// Gini is twice the area between the Lorenz curve of weighted data and the diagonal (Lerman and Yitzhaki 1989,
// Journal of Econometrics 42, 43-47); Palma is what the best-served tenth of people
// reaches over what the worst-served four tenths reach, after Palma (2011, Development
// and Change 42, 87-153), with reachable people in the place of income.
package circle
