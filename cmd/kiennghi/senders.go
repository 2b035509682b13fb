package main

import (
	"fmt"

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
