package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/go-github/v88/github"
)

// most is how many objects a page has.
const most = 100

// PullRequest is the number of the pull request that the run is about, or that
// the pushed commit was merged by; 0 if there is none.
func (c *Client) PullRequest(ctx context.Context) (int, error) {
	if c.run.PullRequest != 0 || c.run.Branch == "" {
		return c.run.PullRequest, nil
	}
	pulls, err := again(ctx, func(ctx context.Context) ([]*github.PullRequest, error) {
		pulls, _, err := c.api.PullRequests.ListPullRequestsWithCommit(ctx, c.run.Owner, c.run.Repository, c.run.Commit, &github.ListOptions{PerPage: most})
		return pulls, err
	})
	if err != nil {
		return 0, fmt.Errorf("find the pull request of commit %s: %w", c.run.Commit, err)
	}
	found := 0
	for _, p := range pulls {
		if p.MergedAt == nil || p.GetBase().GetRef() != c.run.Branch {
			continue
		}
		if p.GetMergeCommitSHA() == c.run.Commit {
			return p.GetNumber(), nil
		}
		found = p.GetNumber()
	}
	return found, nil
}

// Comment writes the one comment on a pull request that begins with marker: it
// is created or edited. Comments of others that begin so are not ours.
func (c *Client) Comment(ctx context.Context, number int, marker, body string) error {
	_, err := again(ctx, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, c.comment(ctx, number, marker, body)
	})
	if err != nil {
		return fmt.Errorf("comment on pull request %d: %w", number, err)
	}
	return nil
}

// comment looks for the comment each time, so that one whose answer was lost is
// not made twice.
func (c *Client) comment(ctx context.Context, number int, marker, body string) error {
	ours, err := c.comments(ctx, number, marker)
	if err != nil {
		return err
	}
	comment := &github.IssueComment{Body: &body}
	if len(ours) > 0 {
		_, _, err := c.api.Issues.EditComment(ctx, c.run.Owner, c.run.Repository, ours[0].GetID(), comment)
		var answer *github.ErrorResponse
		if gone := errors.As(err, &answer) && answer.Response.StatusCode == http.StatusNotFound; !gone {
			// Two runs at a time can have made two: one would tell of an old plan for ever.
			for _, extra := range ours[1:] {
				if err == nil {
					_, err = c.api.Issues.DeleteComment(ctx, c.run.Owner, c.run.Repository, extra.GetID())
				}
			}
			return err
		}
	}
	_, _, err = c.api.Issues.CreateComment(ctx, c.run.Owner, c.run.Repository, number, comment)
	return err
}

// comments lists our comments that begin with marker, the oldest first.
func (c *Client) comments(ctx context.Context, number int, marker string) ([]*github.IssueComment, error) {
	var ours []*github.IssueComment
	o := &github.IssueListCommentsOptions{ListOptions: github.ListOptions{PerPage: most}}
	for {
		page, response, err := c.api.Issues.ListComments(ctx, c.run.Owner, c.run.Repository, number, o)
		if err != nil {
			return nil, err
		}
		for _, comment := range page {
			if !strings.HasPrefix(comment.GetBody(), marker) {
				continue
			}
			login, err := c.self(ctx)
			if err != nil {
				return nil, err
			}
			if isSelf(login, comment.GetUser()) {
				ours = append(ours, comment)
			}
		}
		if response.NextPage == 0 {
			return ours, nil
		}
		o.Page = response.NextPage
	}
}
