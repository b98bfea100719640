package html

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"html/template"

	"dllmbench/reports/cells"
)

// Limits of what the page carries for downloading, in bytes before encoding.
const (
	maxTable   = 400_000
	maxRecords = 700_000
	// maxTableRows is the most cells whose table can be small enough.
	maxTableRows = 3000
)

// download is a file inside the page.
type download struct {
	Name, What string
	Size       string
	URL        template.URL // data: URL, made here
}

// downloads packs the table of cells and, where it is small enough, the whole
// results file into the page.
func downloads(c Content) ([]download, error) {
	var out []download
	var csv bytes.Buffer
	if n := len(c.View.Rows); n > 0 && n <= maxTableRows {
		if err := cells.CSV(&csv, c.View); err != nil {
			return nil, err
		}
		packed, err := compressed(csv.Bytes())
		switch {
		case err != nil:
			return nil, err
		case csv.Len() <= maxTable:
			out = append(out, inline("cells.csv", "every cell with its metrics and intervals", "text/csv", csv.Bytes()))
		case len(packed) <= maxTable:
			out = append(out, inline("cells.csv.gz", "every cell with its metrics and intervals, compressed", "application/gzip", packed))
		}
	}
	if len(c.Records) > 0 {
		packed, err := compressed(c.Records)
		if err != nil {
			return nil, err
		}
		if len(packed) <= maxRecords {
			out = append(out, inline("results.jsonl.gz", "every record of the run, from which all of this page is made, compressed", "application/gzip", packed))
		}
	}
	return out, nil
}

func compressed(data []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	return b.Bytes(), err
}

func inline(name, what, kind string, data []byte) download {
	size := fmt.Sprintf("%d kB", (len(data)+999)/1000)
	return download{name, what, size, template.URL("data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(data))}
}
