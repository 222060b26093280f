CREATE TABLE applicant (
  id VARCHAR(200) NOT NULL,
  record JSON NOT NULL,
  CONSTRAINT pk_applicant PRIMARY KEY (id)
);
CREATE TABLE company (
  id VARCHAR(200) NOT NULL,
  record JSON NOT NULL,
  CONSTRAINT pk_company PRIMARY KEY (id)
);
CREATE TABLE household (
  id VARCHAR(200) NOT NULL,
  record JSON NOT NULL,
  CONSTRAINT pk_household PRIMARY KEY (id)
);
CREATE TABLE posting (
  id VARCHAR(200) NOT NULL,
  record JSON NOT NULL,
  program VARCHAR(20) NOT NULL,
  municipality_code VARCHAR(5) NOT NULL,
  state VARCHAR(10) NOT NULL,
  deadline DATE,
  version INTEGER NOT NULL,
  CONSTRAINT pk_posting PRIMARY KEY (id)
);
CREATE INDEX ix_posting_municipality_code ON posting (municipality_code);
CREATE INDEX ix_posting_program ON posting (program);
CREATE INDEX ix_posting_state ON posting (state);
CREATE TABLE revision (
  id SERIAL NOT NULL,
  number INTEGER NOT NULL,
  CONSTRAINT pk_revision PRIMARY KEY (id)
);
CREATE TABLE run (
  id VARCHAR(32) NOT NULL,
  mechanism VARCHAR(60) NOT NULL,
  status VARCHAR(20) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  digest VARCHAR(64) NOT NULL,
  body TEXT NOT NULL,
  CONSTRAINT pk_run PRIMARY KEY (id)
);
CREATE INDEX ix_run_created_at ON run (created_at);
CREATE INDEX ix_run_mechanism ON run (mechanism);
CREATE INDEX ix_run_status ON run (status);
CREATE TABLE application (
  id VARCHAR(200) NOT NULL,
  record JSON NOT NULL,
  applicant_id VARCHAR(200) NOT NULL,
  posting_id VARCHAR(200) NOT NULL,
  status VARCHAR(10) NOT NULL,
  CONSTRAINT pk_application PRIMARY KEY (id),
  CONSTRAINT fk_application_applicant_id_applicant FOREIGN KEY(applicant_id) REFERENCES applicant (id),
  CONSTRAINT fk_application_posting_id_posting FOREIGN KEY(posting_id) REFERENCES posting (id)
);
CREATE INDEX ix_application_applicant_id ON application (applicant_id);
CREATE INDEX ix_application_posting_id ON application (posting_id);
CREATE INDEX ix_application_status ON application (status);
INSERT INTO revision (id, number) VALUES (1, 0);
