from __future__ import annotations

from engine.parser.rulings import find_grids

Box = tuple[float, float, float, float]


def across(y: float, x0: float, x1: float) -> Box:
    return x0, y, x1, y


def down(x: float, y0: float, y1: float) -> Box:
    return x, y0, x, y1


def test_crossing_lines_are_a_grid() -> None:
    (grid,) = find_grids([across(y, 0, 90) for y in (0, 20, 40)] + [down(x, 0, 40) for x in (0, 30, 60, 90)])
    assert grid.xs == (0, 30, 60, 90) and grid.ys == (0, 20, 40)
    assert len({cell for row in grid.cells for cell in row}) == 6
    assert grid.position(45, 30) == (1, 1) and grid.position(95, 30) is None


def test_strokes_of_one_line_are_put_together() -> None:
    pieces = [across(y + 0.4 * (x % 20 == 0), x, x + 9) for y in (0, 20, 40) for x in range(0, 90, 10)]
    (grid,) = find_grids([*pieces, *(down(x, 0, 40) for x in (0, 30, 60, 90))])
    assert len(grid.xs) == 4 and len(grid.ys) == 3


def test_a_missing_piece_of_a_line_makes_one_cell_of_two() -> None:
    lines = [across(y, 0, 90) for y in (0, 20, 60)] + [across(40, 30, 90)]
    lines += [down(0, 0, 60), down(30, 0, 60), down(60, 20, 60), down(90, 0, 60)]
    (grid,) = find_grids(lines)
    assert grid.cells[0][1] == grid.cells[0][2] != grid.cells[0][0]
    assert grid.cells[1][0] == grid.cells[2][0]
    assert grid.cells[1][1] != grid.cells[2][1]


def test_open_sides_are_borders() -> None:
    (grid,) = find_grids([across(y, 0, 90) for y in (0, 20, 40)] + [down(45, 0, 40)])
    assert grid.xs == (0, 45, 90)


def test_frames_underlines_and_single_columns_are_no_tables() -> None:
    frame = [across(0, 0, 90), across(40, 0, 90), down(0, 0, 40), down(90, 0, 40)]
    assert find_grids(frame) == []
    assert find_grids([*frame, across(20, 0, 90)]) == []
    assert find_grids([across(10, 0, 90), across(30, 0, 90)]) == []


def test_tables_apart_are_grids_of_their_own_top_first() -> None:
    def table(top: float) -> list[Box]:
        return [across(top + y, 0, 90) for y in (0, 20)] + [down(x, top, top + 20) for x in (0, 30, 90)]

    assert [grid.ys[0] for grid in find_grids(table(100) + table(0))] == [0, 100]
