package models

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// maxModel bounds what is read from a model's file, in bytes.
const maxModel = 64 << 20

// MarshalBinary writes the model: a line of JSON, then features and weights, compressed.
func (c *Classifier) MarshalBinary() ([]byte, error) {
	line, err := json.Marshal(c.ModelHeader)
	if err != nil {
		return nil, err
	}
	out := bytes.NewBuffer(append(line, '\n'))
	z := gzip.NewWriter(out)
	parts := []any{c.features, c.idf}
	for _, h := range c.heads {
		parts = append(parts, h.bias, h.scale, h.weights)
	}
	for _, p := range parts {
		if err := binary.Write(z, binary.LittleEndian, p); err != nil {
			return nil, err
		}
	}
	err = z.Close()
	return out.Bytes(), err
}

// ReadClassifier reads what MarshalBinary wrote. A file of another FeaturesVersion is an
// error.
func ReadClassifier(file []byte) (*Classifier, error) {
	line, rest, ok := bytes.Cut(file, []byte("\n"))
	if !ok {
		return nil, errors.New("not a routing model")
	}
	c := &Classifier{}
	if err := json.Unmarshal(line, &c.ModelHeader); err != nil {
		return nil, fmt.Errorf("not a routing model: %w", err)
	}
	if c.Features != FeaturesVersion {
		return nil, fmt.Errorf("the routing model was trained with features %d, this program has %d: train it again", c.Features, FeaturesVersion)
	}
	total := 8 * c.Size
	for _, h := range c.Heads {
		total += len(h.Labels) * (8 + c.Size)
	}
	if c.Size < 0 || c.Size > maxModel/8 || total > maxModel {
		return nil, errors.New("the routing model is too large")
	}
	z, err := gzip.NewReader(bytes.NewReader(rest))
	if err != nil {
		return nil, fmt.Errorf("routing model: %w", err)
	}
	raw := make([]byte, total)
	if _, err := io.ReadFull(z, raw); err != nil {
		return nil, fmt.Errorf("routing model: %w", err)
	}
	r := bytes.NewReader(raw)
	features := make([]feature, c.Size)
	c.idf = make([]float32, c.Size)
	parts := []any{features, c.idf}
	c.heads = make([]head, len(c.Heads))
	for i := range c.heads {
		n := len(c.Heads[i].Labels)
		c.heads[i] = head{c.Heads[i].Labels, make([]float32, n), make([]float32, n), make([]int8, n*c.Size)}
		parts = append(parts, c.heads[i].bias, c.heads[i].scale, c.heads[i].weights)
	}
	for _, p := range parts {
		if err := binary.Read(r, binary.LittleEndian, p); err != nil {
			return nil, fmt.Errorf("routing model: %w", err)
		}
	}
	if !slices.IsSorted(features) {
		return nil, errors.New("routing model: its features are not in order")
	}
	c.index(features)
	return c, nil
}
