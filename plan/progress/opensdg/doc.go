// Package opensdg reads the files of an Open SDG data repository and measures
// progress as its build does (auto_progress_calculation), so that published
// figures can be checked from the raw tables upward.
//
// The layout, in any fs.FS:
//
//	data/indicator_1-1-1.csv         Year, disaggregation columns, Value (and Units, Series, Progress ...)
//	meta/1-1-1.md                    YAML between two lines of ---, then text
//	indicator-config/1-1-1.yml       the same keys, where a repository keeps them apart; wins over meta
//	translations/en/*.yml            optional: group (file name), key, text
//
// The keys that matter: auto_progress_calculation (true switches it on),
// progress_status (the word where it is off), progress_calculation_options, a
// list of series to measure, each with
//
//	series, unit, disaggregation: [{field, value}]   which rows; without disaggregation the headline rows
//	direction (positive | negative, the default), base_year (2015), target, target_year (2030), limit
//	progress_thresholds: {high, med, low}            instead of the published ones
//	group: [...]                                     a nested list, averaged before the mean
//
// Components gives the structure of the file indicator_calculation_components.yml
// that the build publishes, and writes as JSON or YAML with the same keys;
// Parse reads a published one and Compare names every difference.
//
//	folder, problems := opensdg.Read(os.DirFS("canada-cif"))
//	components := folder.Components()
//
// The method is described in Open SDG's docs ("Progress", "Progress Measurement
// Methodology"); this is an implementation of that description. It refuses to
// know where files come from and what a reader does with the figures.
package opensdg
