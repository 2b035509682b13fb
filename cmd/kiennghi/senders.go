package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	_ "gocloud.dev/blob/s3blob" // s3:// in KIENNGHI_BUCKET_URL

	"kiennghi/notify"
	"kiennghi/notify/fcm"
	"kiennghi/notify/mail"
	"kiennghi/notify/outbox"
	"kiennghi/notify/sms"
)

// senders sends messages, one sender per channel. Missing names the channels whose
// messages only go to the outbox file.
type senders struct {
	push, sms, mail notify.Sender
	missing         []string
	close           func()
}

func openSenders(c *Config) (*senders, error) {
	file := outbox.New(c.path(outboxFile))
	s := &senders{push: file, sms: file, mail: file, close: func() {}}
	if c.FCMCredentials == "" {
		s.missing = append(s.missing, "push")
	} else {
		push, err := fcm.New([]byte(c.FCMCredentials), c.FCMEndpoint)
		if err != nil {
			return nil, fmt.Errorf("KIENNGHI_FCM_CREDENTIALS: %w", err)
		}
		s.push, s.close = push, push.Close
	}
	if c.SMSURL == "" {
		s.missing = append(s.missing, "sms")
	} else {
		gateway, err := sms.New(c.SMSURL)
		if err != nil {
			return nil, fmt.Errorf("KIENNGHI_SMS_URL: %w", err)
		}
		push := s.close
		s.sms, s.close = gateway, func() { push(); gateway.Close() }
	}
	if c.SMTPURL == "" {
		s.missing = append(s.missing, "mail")
	} else {
		server, err := mail.New(c.SMTPURL)
		if err != nil {
			return nil, fmt.Errorf("KIENNGHI_SMTP_URL: %w", err)
		}
		s.mail = server
	}
	return s, nil
}

// openBucket opens where the bytes of uploads are.
func openBucket(ctx context.Context, c *Config) (*blob.Bucket, error) {
	if strings.HasPrefix(c.BucketURL, "s3://") {
		b, err := blob.OpenBucket(ctx, c.BucketURL)
		if err != nil {
			return nil, errors.New("KIENNGHI_BUCKET_URL cannot be used: " + err.Error())
		}
		return b, nil
	}
	dir := c.path(uploadsFolder)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return fileblob.OpenBucket(dir, &fileblob.Options{
		DirFileMode: 0o700,
		NoTempDir:   true, // a rename within one file system, so that a file is whole or not there
		Metadata:    fileblob.MetadataDontWrite,
	})
}
