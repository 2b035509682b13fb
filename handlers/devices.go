package handlers

import (
	"context"
	"errors"
	"slices"

	"kiennghi/api"
	"kiennghi/models"
)

// maxDevices is how many installations of one account are pushed to. A new one takes
// the place of the one that was longest without a sign of life.
const maxDevices = 20

// PutDevice registers an installation of the app for pushes.
func (s *server) PutDevice(ctx context.Context, in api.PutDeviceRequestObject) (api.PutDeviceResponseObject, error) {
	me := of(ctx).Account
	d := &models.Device{ID: models.DeriveID(me, in.InstallationID), Account: me, Token: in.Body.FcmToken,
		Platform: string(in.Body.Platform), Language: string(in.Body.Language), UpdatedAt: s.Now()}
	if err := s.keepDevice(ctx, d); err != nil {
		return nil, err
	}
	return api.PutDevice204Response{}, nil
}

// keepDevice stores a device of an account that has room for it.
func (s *server) keepDevice(ctx context.Context, d *models.Device) error {
	have, err := s.Store.ListDevices(ctx, d.Account)
	if err != nil {
		return err
	}
	have = slices.DeleteFunc(have, func(x models.Device) bool { return x.ID == d.ID })
	slices.SortFunc(have, func(a, b models.Device) int { return b.UpdatedAt.Compare(a.UpdatedAt) })
	for i := maxDevices - 1; i < len(have); i++ {
		if err := s.forgetDevice(ctx, d.Account, have[i].ID); err != nil {
			return err
		}
	}
	return s.Store.PutDevice(ctx, d)
}

// DeleteDevice forgets an installation; one that is not there is forgotten already.
func (s *server) DeleteDevice(ctx context.Context, in api.DeleteDeviceRequestObject) (api.DeleteDeviceResponseObject, error) {
	me := of(ctx).Account
	if err := s.forgetDevice(ctx, me, models.DeriveID(me, in.InstallationID)); err != nil {
		return nil, err
	}
	return api.DeleteDevice204Response{}, nil
}

func (s *server) forgetDevice(ctx context.Context, account, id string) error {
	if err := s.Store.DeleteDevice(ctx, account, id); !errors.Is(err, models.ErrNotFound) {
		return err
	}
	return nil
}
