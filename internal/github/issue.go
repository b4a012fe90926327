package github

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/go-github/v88/github"
)

// Report keeps the one open issue that begins with marker: it is opened or
// edited.
func (c *Client) Report(ctx context.Context, marker, title, body string) error {
	request := &github.IssueRequest{Title: &title, Body: &body}
	_, err := again(ctx, func(ctx context.Context) (struct{}, error) {
		number, err := c.issue(ctx, marker)
		switch {
		case err != nil:
		case number == 0:
			_, _, err = c.api.Issues.Create(ctx, c.run.Owner, c.run.Repository, request)
		default:
			_, _, err = c.api.Issues.Edit(ctx, c.run.Owner, c.run.Repository, number, request)
		}
		return struct{}{}, err
	})
	if err != nil {
		return fmt.Errorf("report in an issue: %w", err)
	}
	return nil
}

// Resolve closes the open issue that begins with marker, if there is one, and
// says why in a comment.
func (c *Client) Resolve(ctx context.Context, marker, why string) error {
	number := 0 // kept between tries: once closed, it is not found again
	_, err := again(ctx, func(ctx context.Context) (struct{}, error) {
		if number == 0 {
			var err error
			if number, err = c.issue(ctx, marker); err != nil || number == 0 {
				return struct{}{}, err
			}
		}
		closed, reason := "closed", "completed"
		_, _, err := c.api.Issues.Edit(ctx, c.run.Owner, c.run.Repository, number, &github.IssueRequest{State: &closed, StateReason: &reason})
		return struct{}{}, err
	})
	if err == nil && number != 0 {
		_, err = again(ctx, func(ctx context.Context) (struct{}, error) {
			_, _, err := c.api.Issues.CreateComment(ctx, c.run.Owner, c.run.Repository, number, &github.IssueComment{Body: &why})
			return struct{}{}, err
		})
	}
	if err != nil {
		return fmt.Errorf("close the issue: %w", err)
	}
	return nil
}

// issue is the number of our open issue that begins with marker, or 0. The API
// can filter by label and by author, but labels may get lost, and how the
// account of a workflow is to be named there is not documented: so all open ones
// are looked through.
func (c *Client) issue(ctx context.Context, marker string) (int, error) {
	o := &github.IssueListByRepoOptions{State: "open", Sort: "created", Direction: "asc", ListOptions: github.ListOptions{PerPage: most}}
	for {
		page, response, err := c.api.Issues.ListByRepo(ctx, c.run.Owner, c.run.Repository, o)
		if err != nil {
			return 0, err
		}
		for _, issue := range page {
			if issue.IsPullRequest() || !strings.HasPrefix(issue.GetBody(), marker) {
				continue
			}
			login, err := c.self(ctx)
			if err != nil {
				return 0, err
			}
			if isSelf(login, issue.GetUser()) {
				return issue.GetNumber(), nil
			}
		}
		if response.NextPage == 0 {
			return 0, nil
		}
		o.ListOptions.Page = response.NextPage
	}
}
