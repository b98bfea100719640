package quant

// Width is the number of columns of a panel.
const Width = 16

// Matrix is a weight matrix with K inputs and N outputs, the transpose of what files
// hold: N rows of K numbers. Columns beyond N are 0.
type Matrix struct {
	*Format
	K, N int
	data []byte // panels, in pairs
	step int    // bytes of a panel
}

// unitBytes is what 16 columns of a unit take up.
func (f *Format) unitBytes() int { return f.bits * unit * Width / 8 }

// headBytes is what the scales of 16 columns of a block take up, in front of its units.
func (f *Format) headBytes() int { return (2*f.halves + f.fine) * Width }

func (f *Format) panelBlock() int { return f.headBytes() + f.Block/unit*f.unitBytes() }

// New returns a matrix of zeros. K is a multiple of the block of the format.
func New(f *Format, k, n int) *Matrix {
	if k < 0 || n < 0 || k%f.Block != 0 {
		panic("quant: a size that the format cannot have")
	}
	m := &Matrix{Format: f, K: k, N: n, step: k / f.Block * f.panelBlock()}
	m.data = make([]byte, m.pairs()*2*m.step)
	return m
}

func (m *Matrix) pairs() int { return (m.N + 2*Width - 1) / (2 * Width) }

// Size is the number of bytes that the matrix takes up, without what panels pad it with.
func (m *Matrix) Size() int64 { return int64(m.N) * int64(m.step) / Width }

// PutNumbers is Put for numbers, which it rounds to the format.
func (m *Matrix) PutNumbers(from int, rows []float32) {
	raw := make([]byte, len(rows)/m.Block*m.Bytes)
	m.Encode(raw, rows)
	m.Put(from, raw)
}

// Put fills columns from a given one on from rows of a file, K numbers each, which have
// not been filled before. Two goroutines may put columns 2n and others at once.
func (m *Matrix) Put(from int, raw []byte) {
	var p parts
	for ; len(raw) > 0; from++ {
		panel, c := m.data[from/Width*m.step:], from%Width
		for range m.K / m.Block {
			m.layout.split(&p, raw[:m.Bytes])
			for i, h := range p.halves[:m.halves] {
				le.PutUint16(panel[2*(i*Width+c):], h)
			}
			for i, s := range p.fine[:m.fine] {
				panel[2*m.halves*Width+i*Width+c] = s
			}
			for u := range m.Block / unit {
				m.putUnit(panel[m.headBytes()+u*m.unitBytes():], &p.units[u], c)
			}
			panel, raw = panel[m.panelBlock():], raw[m.Bytes:]
		}
	}
}

// putUnit stores a unit of one column: its words 16 columns side by side, then its fields.
func (f *Format) putUnit(dst []byte, u *quads, c int) {
	const line = 4 * Width
	first := (*[3*line + 4]byte)(dst[4*c:]) // of a size that is known, for speed
	le.PutUint32(first[0:], u.words[0])
	le.PutUint32(first[line:], u.words[1])
	le.PutUint32(first[2*line:], u.words[2])
	le.PutUint32(first[3*line:], u.words[3])
	if f.bits == 8 {
		second := (*[3*line + 4]byte)(dst[4*line+4*c:])
		le.PutUint32(second[0:], u.words[4])
		le.PutUint32(second[line:], u.words[5])
		le.PutUint32(second[2*line:], u.words[6])
		le.PutUint32(second[3*line:], u.words[7])
		return
	}
	for i, w := range u.fields[:f.bits-4] {
		le.PutUint32(dst[(4+i)*line+4*c:], w)
	}
}

// unitOf reads what putUnit stored.
func (f *Format) unitOf(u *quads, src []byte, c int) {
	words := 8
	if f.bits < 8 {
		words = 4
	}
	for i := range words {
		u.words[i] = le.Uint32(src[4*(i*Width+c):])
	}
	u.fields = [2]uint32{}
	for i := 0; i < f.bits-4 && f.bits < 8; i++ {
		u.fields[i] = le.Uint32(src[4*((4+i)*Width+c):])
	}
}

// widenUnit makes a byte of each number of a unit of 16 columns, four numbers of all columns
// side by side.
func (f *Format) widenUnit(dst, src []byte) {
	if f.bits == 8 {
		copy(dst[:unit*Width], src)
		return
	}
	for i := 0; i < 256; i += 8 {
		v := le.Uint64(src[i:])
		le.PutUint64(dst[i:], v&nibbleMask)
		le.PutUint64(dst[256+i:], v>>4&nibbleMask)
	}
	planes := f.bits - 4
	own := uint64(1<<planes-1) * lowest
	for i := 0; i < 64*planes; i += 8 {
		v := le.Uint64(src[256+i:])
		for j := i; j < unit*Width; j += 64 * planes {
			le.PutUint64(dst[j:], le.Uint64(dst[j:])|v&own<<4)
			v >>= planes
		}
	}
}

// block reads column c of a block of a panel.
func (f *Format) block(p *parts, src []byte, c int) {
	f.head(p, src, c)
	for u := range f.Block / unit {
		f.unitOf(&p.units[u], src[f.headBytes()+u*f.unitBytes():], c)
	}
}

// head reads the scales of column c of a block of a panel.
func (f *Format) head(p *parts, src []byte, c int) {
	for i := range f.halves {
		p.halves[i] = le.Uint16(src[2*(i*Width+c):])
	}
	for i := range f.fine {
		p.fine[i] = src[2*f.halves*Width+i*Width+c]
	}
}

// Column writes the K numbers of column n to dst.
func (m *Matrix) Column(dst []float32, n int) {
	var p parts
	panel, c := m.data[n/Width*m.step:], n%Width
	for k := 0; k < m.K; k += m.Block {
		m.block(&p, panel, c)
		m.expand(dst[k:], &p)
		panel = panel[m.panelBlock():]
	}
}

// Row writes column n as the row of a file that [Matrix.Put] made it of, and returns its length.
func (m *Matrix) Row(raw []byte, n int) int {
	var p parts
	panel, c := m.data[n/Width*m.step:], n%Width
	for b := range m.K / m.Block {
		m.block(&p, panel[b*m.panelBlock():], c)
		m.layout.join(raw[b*m.Bytes:][:m.Bytes], &p)
	}
	return m.K / m.Block * m.Bytes
}

// ViewStep is where views may begin: every so many columns.
const ViewStep = 2 * Width

// From is a view of the columns from a given one on, a multiple of ViewStep.
func (m *Matrix) From(n int) *Matrix {
	if n%ViewStep != 0 {
		panic("quant: a view begins within a pair of panels")
	}
	return &Matrix{m.Format, m.K, m.N - n, m.data[n/Width*m.step:], m.step}
}
