from s3c.cli import main

if __name__ == "__main__":
    main()
