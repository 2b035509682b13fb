package bleve

import (
	"context"

	bleve "github.com/blevesearch/bleve/v2"
)

// GiveBack takes the files of the index out of this process's memory. They stay in the
// system's cache, where the next search finds them, until the system needs the room for
// something else; mapped, they would count as this process's own for as long as it runs.
// How often words were counted is forgotten too.
func (x *Index) GiveBack(ctx context.Context) error {
	return x.with(ctx, func(gen bleve.Index) error {
		x.columns.forget()
		return readParts(ctx, gen, func(s *snapshot) error { // which keeps the files from being closed
			for _, p := range s.parts {
				if file, ok := p.seg.Segment().(interface{ Data() []byte }); ok {
					if err := unload(file.Data()); err != nil {
						return err
					}
				}
			}
			return nil
		})
	})
}
