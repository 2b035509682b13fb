package store

import (
	"context"
	"encoding/base64"
	"errors"

	"kiennghi/models"
)

// The learnt model of routing is a named value that says what it is, and one of two others
// that hold its file in turn. A file is written before it is named: whoever is killed in
// between leaves the model that was.
const (
	learnt     = "routing.learnt"
	learntFile = "routing.model." // and "a" or "b"
)

// maxLearnt is the largest file, in bytes: MongoDB keeps no value above 16 MB, and as text
// it is a third longer.
const maxLearnt = 11 << 20

// Learnt returns what is known of the learnt model; the zero value when none was learnt.
func Learnt(ctx context.Context, s Keys) (models.Learnt, error) {
	l, err := value[models.Learnt](ctx, s, learnt)
	if errors.Is(err, models.ErrNotFound) {
		return models.Learnt{}, nil
	}
	if err != nil {
		return models.Learnt{}, err
	}
	return *l, nil
}

// PutLearnt stores what is known of the learnt model, with its file when it is another one,
// and makes every process notice. Files of other models do not stay.
func PutLearnt(ctx context.Context, s Keys, l models.Learnt, file []byte) error {
	if file != nil {
		if len(file) > maxLearnt {
			return models.Fail(models.KindInternal, "model_too_large")
		}
		l.Version = models.Hash(string(file))
		l.Slot = map[string]string{"a": "b"}[l.Slot]
		if l.Slot == "" {
			l.Slot = "a"
		}
		if err := s.PutSetting(ctx, learntFile+l.Slot, base64.StdEncoding.EncodeToString(file)); err != nil {
			return err
		}
	}
	if err := putValue(ctx, s, learnt, l); err != nil {
		return err
	}
	for _, slot := range []string{"a", "b"} {
		if l.Version != "" && slot == l.Slot {
			continue
		}
		if err := s.PutSetting(ctx, learntFile+slot, ""); err != nil {
			return err
		}
	}
	return s.PutSetting(ctx, models.SettingChanged, models.NewID())
}

// UseLearnt makes ref use the learnt model that the store has, unless an administrator wants
// the built-in one. It may be called again and again; a model that cannot be used is an
// error once, and the built-in one counts.
func UseLearnt(ctx context.Context, s Keys, ref *models.Reference) error {
	text, err := s.Setting(ctx, models.SettingFeatures)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	if models.ParseFeatures(text).BuiltInModel {
		return ref.UseLearnt(models.Learnt{}, nil)
	}
	l, err := Learnt(ctx, s)
	if err != nil {
		return err
	}
	return ref.UseLearnt(l, func() ([]byte, error) {
		text, err := s.Setting(ctx, learntFile+l.Slot)
		if err != nil {
			return nil, err
		}
		file, _ := base64.StdEncoding.DecodeString(text) // what is no file has another hash
		return file, nil
	})
}
