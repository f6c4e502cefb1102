// Package cells makes area.Cells: from a table of points, from a population raster
// cut into squares, and writes them back as a table.
//
// # Table
//
// A table is CSV in UTF-8 whose first line names the columns, in any order, split
// by commas or tabs:
//
//	id,lon,lat,population,jobs
//	E12N6196,112.9706,28.1975,1520,310
//
// id, lon and lat must be there; also read are longitude, lng and x, latitude and
// y, 编号, 经度, 纬度, and 人口 for population. x and y are degrees here: metres fall
// off the globe and are refused. Every other column is a figure, one number a row;
// people are not negative, and a figure left blank is 0 (Options.Blanks counts them). Two columns are spoken for: side is the length of the
// squares in metres and basis says modelled where the figures are; both are the
// same in every row. Points may be given in WGS-84, GCJ-02 or BD-09 and are stored
// in WGS-84.
//
// Every bad row is reported in one go, up to MaxProblems, and nothing is given out
// of a table that has any. A field in quotes ends on its line.
//
// # Squares
//
// Squares is a grid of equal squares in a transverse Mercator projection (package
// geo) whose central meridian is the middle of the data, rounded to half a degree.
// A square's number is the floor of its projected metres by the side, so grids of
// one meridian and side agree wherever they begin. Its id is made of the two
// numbers: E0N0 lies north-east of where meridian and equator cross, W1S1
// south-west. Lengths on such a grid are true to 0.2 % within 3.5 degrees of the
// meridian.
//
// # Raster
//
// FromRaster sums the people of a raster's pixels in each square. Where a pixel is
// longer than a quarter of a square, its people are spread evenly over its surface
// and divided among the squares that it touches by the area in each; else all of
// them go to the square that holds its centre. The total stays what it was, up to
// rounding. Squares without people are left out.
//
// The package knows no words for people: Problem holds a code, whose text is
// "cells.check.<code>" in the language files.
package cells
