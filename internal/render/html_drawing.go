package render

import (
	"fmt"
	"strconv"
	"strings"
)

// A drawing is 240 by 150 units: a title above, tiles and a chat in the middle,
// buttons below.
const (
	stageLeft   = 10
	stageTop    = 28
	stageHeight = 88
	stageWidth  = 220
	chatWidth   = 58
	tileGap     = 4
	titleWidth  = 30 // columns
)

// look is what drawings share: all of one but the title.
type look struct {
	ID                                                 string
	Background, Foreground, Primary, Success, Negative string // each #RRGGBB
	Chat, Recording                                    bool
	arrangement
	Stage string // the ID of the stage
}

// stage is the tiles of a look: the shapes that looks share, whatever their
// colours.
type stage struct {
	ID            string
	Tiles, People string // paths
}

// arrangement is how tiles are laid out: a grid, or one large tile with small
// ones beside or below it.
type arrangement struct {
	columns, rows int
	beside, below int
}

// drafts collects what the drawings of a page share, so that a thousand rooms
// in the colours of one brand are drawn a few times only.
type drafts struct {
	looks  []look
	stages []stage
	ids    map[any]string
}

func newDrafts() *drafts { return &drafts{ids: make(map[any]string)} }

// look is the ID of a look.
func (d *drafts) look(l look) string {
	if id, drawn := d.ids[l]; drawn {
		return id
	}
	key := l
	l.Stage = d.stage(l.arrangement, l.Chat)
	l.ID = "look-" + strconv.Itoa(len(d.looks)+1)
	d.looks = append(d.looks, l)
	d.ids[key] = l.ID
	return l.ID
}

// stage is the ID of a stage.
func (d *drafts) stage(a arrangement, chat bool) string {
	type key struct {
		arrangement
		chat bool
	}
	if id, drawn := d.ids[key{a, chat}]; drawn {
		return id
	}
	width := float64(stageWidth)
	if chat {
		width -= chatWidth + tileGap
	}
	s := stage{ID: "stage-" + strconv.Itoa(len(d.stages)+1)}
	var tiles, people strings.Builder
	for _, t := range a.tiles(width, stageHeight) {
		t.x, t.y = t.x+stageLeft, t.y+stageTop
		t.box(&tiles)
		t.person(&people)
	}
	s.Tiles, s.People = tiles.String(), people.String()
	d.stages = append(d.stages, s)
	d.ids[key{a, chat}] = s.ID
	return s.ID
}

// arrange is how a layout is drawn, and the same in words. How many people
// there are, which responsive layouts depend on, is up to the meeting.
func arrange(layout string) (arrangement, string) {
	switch layout {
	case "grid-responsive", "", "null": // the documented default
		return arrangement{columns: 2, rows: 2}, "people in a grid"
	case "grid-responsive-mobile":
		return arrangement{columns: 1, rows: 3}, "people in a narrow grid"
	case "highlight-1-responsive":
		return arrangement{below: 4}, "one person large above the others"
	case "5up":
		return arrangement{beside: 4}, "one person large beside four others"
	}
	columns, rows, isGrid := strings.Cut(layout, "x")
	c, errC := strconv.Atoi(columns)
	r, errR := strconv.Atoi(rows)
	if !isGrid || errC != nil || errR != nil || c < 1 || r < 1 || c > 10 || r > 10 {
		return arrangement{columns: 2, rows: 2}, "people in a grid, the layout being unknown"
	}
	return arrangement{columns: c, rows: r}, fmt.Sprintf("people in %d by %d tiles", c, r)
}

type tile struct{ x, y, width, height float64 }

// tiles fills an area.
func (a arrangement) tiles(width, height float64) []tile {
	switch {
	case a.below > 0:
		large := height * 0.68
		return append([]tile{{0, 0, width, large}}, grid(0, large+tileGap, width, height-large-tileGap, a.below, 1)...)
	case a.beside > 0:
		large := width * 0.6
		return append([]tile{{0, 0, large, height}}, grid(large+tileGap, 0, width-large-tileGap, height, 2, a.beside/2)...)
	}
	return grid(0, 0, width, height, a.columns, a.rows)
}

func grid(x, y, width, height float64, columns, rows int) []tile {
	gap := float64(tileGap)
	if max(columns, rows) > 4 {
		gap = 2
	}
	w, h := (width-gap*float64(columns-1))/float64(columns), (height-gap*float64(rows-1))/float64(rows)
	var all []tile
	for r := range rows {
		for c := range columns {
			all = append(all, tile{x + float64(c)*(w+gap), y + float64(r)*(h+gap), w, h})
		}
	}
	return all
}

// box adds the outline of a tile to a path.
func (t tile) box(b *strings.Builder) {
	fmt.Fprintf(b, "M%s %sh%sv%sh-%sz", coordinate(t.x), coordinate(t.y), coordinate(t.width), coordinate(t.height), coordinate(t.width))
}

// person adds a head and shoulders to a path, if there is space for them.
func (t tile) person(b *strings.Builder) {
	size := min(t.width, t.height)
	if size < 12 {
		return
	}
	head, x := size*0.17, t.x+t.width/2
	fmt.Fprintf(b, "M%s %sa%s %s 0 1 0 %s 0a%s %s 0 1 0 -%[5]s 0z", coordinate(x-head), coordinate(t.y+t.height*0.38), coordinate(head), coordinate(head), coordinate(2*head), coordinate(head), coordinate(head))
	shoulder := size * 0.32
	fmt.Fprintf(b, "M%s %sa%s %s 0 0 1 %s 0z", coordinate(x-shoulder), coordinate(t.y+t.height), coordinate(shoulder), coordinate(shoulder), coordinate(2*shoulder))
}

// coordinate writes a coordinate with one decimal at most.
func coordinate(n float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(n, 'f', 1, 64), ".0")
}
